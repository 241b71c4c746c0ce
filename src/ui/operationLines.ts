import type { BridgeOverview, Operation } from '../crm-bridge/index.ts';
import { isMessageKey, type Moment, type Translator } from '../platform/i18n/index.ts';
import { connectorName } from './deskTicket.ts';
import type { StateLook } from './views.ts';

/** An operation as a row of the bridge. */
export interface OperationLine {
  id: string;
  title: string;
  href?: string | undefined;
  key: string;
  what: string;
  tries: number;
  when: string;
}

/** An operation in words. `when`: since when it is parked or owed, or when it is tried next. */
export function operationLine(tr: Translator, operation: Operation, now: Moment): OperationLine {
  const { id, kind, key, ticket, tries, phase, lastError } = operation;
  return {
    id,
    title: titleOf(tr, kind, ticket),
    href: ticket === null ? undefined : `/staff/tickets/${ticket}`,
    key,
    what: lastError ?? tr.t(phase === 'done' ? 'staff.bridge.delivered' : `staff.bridge.phase.${phase}`),
    tries,
    when: phase === 'parked' ? tr.recent(operation.createdAt, now) : tr.relative(operation.runAt, now),
  };
}

const accountMails = ['mail.enter', 'mail.reset', 'mail.member'];

function titleOf(tr: Translator, kind: string, ticket: string | null): string {
  if (accountMails.includes(kind)) return tr.t('staff.bridge.op.mail.account');
  const key = `staff.bridge.op.${kind}`;
  if (!isMessageKey(key)) return tr.t('staff.bridge.op.other', { name: kind });
  return tr.t(key, { number: ticket ?? tr.t('staff.bridge.op.unknown') });
}

/** A connector as a row of the bridge. */
export interface ConnectorLine {
  name: string;
  note: string;
  look: StateLook;
  word: string;
  owed: string;
  safety: string;
}

/** How a connector is, as far as what it owes shows. */
export function connectorLine(
  tr: Translator,
  connector: BridgeOverview['connectors'][number],
  overview: BridgeOverview,
): ConnectorLine {
  const { name, capabilities, means } = connector;
  const parked = overview.parked.filter((operation) => connectorOf(operation) === name).length;
  const owed = overview.owed.filter((operation) => connectorOf(operation) === name);
  const state: { look: StateLook; word: string } =
    parked > 0
      ? { look: 'late', word: tr.t('staff.bridge.connector.parked', { count: parked }) }
      : owed.some(({ lastError }) => lastError !== null)
        ? { look: 'waiting', word: tr.t('staff.bridge.connector.slow') }
        : { look: 'ok', word: tr.t('staff.bridge.connector.well') };
  const takes = capabilities.appendMessage
    ? capabilities.setState
      ? ('all' as const)
      : ('message' as const)
    : capabilities.setState
      ? ('state' as const)
      : ('case' as const);
  const safety = `staff.bridge.means.${means}`;
  return {
    name: connectorName(tr, name),
    note: tr.t(`staff.bridge.takes.${takes}`),
    ...state,
    owed: tr.t('staff.bridge.connector.owed', { count: owed.length }),
    safety: isMessageKey(safety) ? tr.t(safety) : means,
  };
}

function connectorOf({ payload }: Operation): unknown {
  return typeof payload === 'object' && payload !== null && 'connector' in payload ? payload.connector : null;
}
