import type { Db, Tx } from '../platform/database/index.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import type { Authority } from './operator.ts';
import type {} from './staffAccessTables.ts';
import type { Viewer } from './viewer.ts';

/** What can be done about access. */
export type AccessEventKind =
  | 'role.changed'
  | 'staff.left'
  | 'staff.invited'
  | 'staff.invited_again'
  | 'staff.invitation_withdrawn'
  | 'staff.joined'
  | 'sessions.ended'
  | 'second_factor.on'
  | 'second_factor.off'
  | 'second_factor.reset'
  | 'second_factor.recovery_used'
  | 'second_factor.codes_renewed'
  | 'rule.changed'
  | 'key.made'
  | 'key.revoked'
  | 'acting.began'
  | 'acting.ended';

export interface NewAccessEvent {
  kind: AccessEventKind;
  by: Authority;
  /** Whom it is about. */
  personId: string | null;
  /** Small, and nothing secret. */
  detail?: Record<string, unknown>;
}

export interface AccessEvent {
  id: string;
  at: string;
  kind: AccessEventKind;
  /** Null: the operator. */
  actor: { id: string; name: string } | null;
  detail: Record<string, unknown>;
}

const SHOWN = 30;

/** Writes down who did what about access, in the transaction of the deed. Rows are only added. */
export function createAccessLog({ runtime }: { runtime: Runtime }) {
  return {
    async record(tx: Tx, { kind, by, personId, detail = {} }: NewAccessEvent): Promise<string> {
      const id = newId(runtime);
      const row = { id, at: instant(runtime.now()), actorId: actorIdOf(by), kind, personId };
      await tx
        .insertInto('accessEvent')
        .values({ ...row, detail: JSON.stringify(detail) })
        .execute();
      return id;
    },

    /** The newest events about somebody. */
    async of(db: Db, personId: string): Promise<AccessEvent[]> {
      const rows = await db
        .selectFrom('accessEvent')
        .leftJoin('person', 'person.id', 'accessEvent.actorId')
        .select(['accessEvent.id', 'at', 'kind', 'actorId', 'person.name', 'detail'])
        .where('accessEvent.personId', '=', personId)
        .orderBy('accessEvent.id', 'desc')
        .limit(SHOWN)
        .execute();
      return rows.map(({ id, at, kind, actorId, name, detail }) => ({
        id,
        at,
        kind: kind as AccessEventKind,
        actor: actorId === null ? null : { id: actorId, name: name ?? '' },
        detail: JSON.parse(detail) as Record<string, unknown>,
      }));
    },
  };
}

export type AccessLog = ReturnType<typeof createAccessLog>;

function actorIdOf(by: Authority): string | null {
  return by.kind === 'operator' ? null : idOf(by);
}

function idOf(viewer: Viewer): string | null {
  if (viewer.kind === 'person') return viewer.actedBy?.personId ?? viewer.personId;
  return null;
}
