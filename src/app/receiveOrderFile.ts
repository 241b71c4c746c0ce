import { authorize, type Viewer } from '../accounts/index.ts';
import type { Bridge } from '../crm-bridge/index.ts';
import type { OrderFiles } from '../orders/index.ts';

/** A file of a form, by the token under which the front has kept it. */
export interface OrderFileUpload {
  token: string | undefined;
  /** The source whose files it is like. */
  mapping?: string | undefined;
}

/**
 * Takes a file of orders out of a form. Its upload is gone afterwards, whatever came of it.
 * @throws Refusal `invalid` for a file that cannot be read, and those of the gate.
 */
export function createReceiveOrderFile({
  bridge,
  orderFiles,
}: {
  bridge: Pick<Bridge, 'attachments'>;
  orderFiles: Pick<OrderFiles, 'receive'>;
}) {
  return async (viewer: Viewer, { token, mapping }: OrderFileUpload): Promise<{ id: string }> => {
    authorize(viewer, 'order.import');
    return orderFiles.receive(viewer, {
      mapping,
      upload: async (path) => (token === undefined ? null : bridge.attachments.moveTo(token, path)),
    });
  };
}
