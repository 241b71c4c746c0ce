import { authorize, type Viewer } from '../accounts/index.ts';
import type { Bridge } from '../crm-bridge/index.ts';
import { MOST_IMAGE_BYTES, type ImageAdded, type Kb } from '../kb/index.ts';
import { Refusal } from '../platform/refusal.ts';

/** A file of a form, by the token under which the front has kept it. */
export interface PictureUpload {
  token: string | undefined;
  /** What the picture shows. */
  alt?: string | undefined;
}

/**
 * Takes a picture out of a form. Its upload is gone afterwards, whatever came of it.
 * @throws Refusal `invalid` with a fault of `image`, and those of the gate.
 */
export function createAddPicture({ bridge, kb }: { bridge: Pick<Bridge, 'attachments'>; kb: Pick<Kb, 'images'> }) {
  return async (viewer: Viewer, { token, alt }: PictureUpload): Promise<ImageAdded> => {
    authorize(viewer, 'article.write');
    // One byte more than may be: then it is known to be too large, and no more of it is read.
    const file = token === undefined ? null : await bridge.attachments.take(token, MOST_IMAGE_BYTES + 1);
    if (!file) throw new Refusal('invalid', { fields: [{ field: 'image', key: 'errors.required' }] });
    return kb.images.add(viewer, { ...file, alt });
  };
}
