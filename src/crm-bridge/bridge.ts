import { customerActor, type Forgotten, type Identity, type PersonalSection, type Viewer } from '../accounts/index.ts';
import type { Database, Db } from '../platform/database/index.ts';
import type { Queue } from '../platform/jobs/index.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import { createAttachments, type Attachments } from './attachments.ts';
import { createBridgeOverview } from './bridgeOverview.ts';
import type { Connector } from './connector.ts';
import { createContacts } from './customers/contacts.ts';
import { createCustomers } from './customers/customer.ts';
import { createCustomerList, type CustomerList } from './customers/customerList.ts';
import { createTicketHandOver } from './customers/handOver.ts';
import { createDelivery } from './delivery.ts';
import { filesToTake, forgetInBridge, keptByBridge } from './personal.ts';
import { createOwnTouches, type OwnTouches } from './touches/ownTouches.ts';
import { endSilentInquiries, newInquiry } from './inquiries.ts';
import { createCustomerTickets } from './tickets/customerTickets.ts';
import { createDesk } from './tickets/desk.ts';
import { createDeskQueue } from './tickets/deskQueue.ts';
import { createDeskTicket } from './tickets/deskTicket.ts';
import { openTicket, type NewTicket, type OpenedTicket } from './tickets/openTicket.ts';
import { ticketForMail, type TicketForMail } from './tickets/ticketForMail.ts';
import { replyForMail, type ReplyForMail } from './tickets/replyForMail.ts';
import { createOpenByAssignee } from './tickets/openByAssignee.ts';
import { createStanding } from './tickets/standing.ts';
import { createReceiving, type Received, type ReceivedTouch } from './touches/received.ts';
import { createSealedLog, derivedKey, type SealedLog } from './touches/sealedLog.ts';
import { createSubjectKeys } from './touches/subjectKeys.ts';
import { createTimeline, type Timeline, type TimelineFilter, type TimelinePage } from './touches/timeline.ts';
import { createTouchLog, type TouchLog } from './touches/touchLog.ts';

export interface BridgeDeps {
  database: Database;
  queue: Queue;
  runtime: Runtime;
  /** 32 bytes that seal the keys of the touch log. */
  masterKey: Uint8Array;
  /** Where uploaded files lie. */
  filesFolder: string;
  /** Where it is noted, outside of the database, how far the touch log is sealed. */
  touchHeadFile: string;
  /** For how many months touches are kept, by type or the words it begins with. */
  keepTouches?: Readonly<Record<string, number>> | undefined;
  connectors: readonly Connector[];
  log: { warn(details: object, message: string): void };
}

/** The bridge: every contact, every ticket, and what is owed to the company's CRMs. */
export interface Bridge {
  tickets: ReturnType<typeof createCustomerTickets>;
  desk: ReturnType<typeof createDesk> & {
    queue: ReturnType<typeof createDeskQueue>;
    ticket: ReturnType<typeof createDeskTicket>;
    standing: ReturnType<typeof createStanding>;
    openByAssignee: ReturnType<typeof createOpenByAssignee>;
  };
  operations: ReturnType<typeof createBridgeOverview>;
  attachments: Attachments;
  touches: TouchLog;
  /** The log of them as a whole: sealed, proven, exported, and dropped in its time. */
  sealedLog: SealedLog;
  /** Writes touches that another system tells of, each once. The caller has authorised the system. */
  receiveTouches(tx: Db, events: readonly ReceivedTouch[]): Promise<Received[]>;
  /** Who a customer is, with their latest tickets. */
  customer: ReturnType<typeof createCustomers>;
  /** Every contact with one customer, newest first. */
  timeline(viewer: Viewer, personId: string, filter?: TimelineFilter): Promise<TimelinePage>;
  /** How they come to us, and what they read last. */
  habits: Pick<Timeline, 'channels' | 'lastRead'>;
  customers: CustomerList &
    ReturnType<typeof createTicketHandOver> & {
      logContact: ReturnType<typeof createContacts>;
    };
  /** Writes a ticket in the caller's transaction; see `app/escalate.ts`. */
  openTicket(tx: Db, ticket: NewTicket): Promise<OpenedTicket>;
  /** A person's address was proven: their tickets become visible to them. `guestId`: the guest who is now that person. */
  confirmTickets(tx: Db, personId: string, guestId: string | null): Promise<void>;
  /** A ticket for the mails about its opening; null for unknown ones. */
  ticketForMail(ticketId: string): Promise<TicketForMail | null>;
  personal: {
    /** What is kept about somebody beside the touches. */
    kept(db: Db, who: Identity): Promise<PersonalSection[]>;
    files(db: Db, who: Identity): Promise<{ id: string; name: string; size: number }[]>;
    /** Deletes all of it; the touches stay as counts. Files are for the caller to delete, once the transaction is through. */
    forget(tx: Db, who: Identity): Promise<Forgotten>;
    touches: OwnTouches;
  };
  /** A message for the mail about it to one reader; null for anything else. */
  replyForMail(
    messageId: string,
    to: { from: 'company' | 'customer'; personId?: string | undefined },
  ): Promise<ReplyForMail | null>;
  inquiries: {
    /** An id for a new inquiry; nothing is stored yet. */
    start(): string;
    /** “This answered it”: ends the inquiry, counted. */
    answered(viewer: Viewer, inquiry: string, article: { id: string; title: string } | null): Promise<void>;
    endSilent(): Promise<number>;
  };
}

export function createBridge(deps: BridgeDeps): Bridge {
  const { database, queue, runtime, connectors, log } = deps;
  const keys = createSubjectKeys({ runtime, masterKey: deps.masterKey });
  const touchLog = createTouchLog({ database, runtime, keys, log });
  const sealedLog = createSealedLog({
    ...{ database, runtime, keys, log, masterKey: deps.masterKey },
    ...{ headFile: deps.touchHeadFile, keepMonths: deps.keepTouches },
  });
  const timeline = createTimeline({ reports: database.reports, keys });
  const delivery = createDelivery({ database, queue, runtime, connectors, timeline });
  const attachments = createAttachments({ database, runtime, folder: deps.filesFolder });
  const writing = { runtime, touchLog, delivery, attachments };
  return {
    tickets: createCustomerTickets({ database, queue, ...writing }),
    desk: {
      ...createDesk({ database, queue, ...writing }),
      queue: createDeskQueue({ database }),
      ticket: createDeskTicket({ database, timeline }),
      standing: createStanding({ database, queue }),
      openByAssignee: createOpenByAssignee({ database }),
    },
    operations: createBridgeOverview({ database, queue, connectors }),
    attachments,
    touches: touchLog,
    sealedLog,
    receiveTouches: createReceiving({ runtime, touchLog, key: derivedKey(deps.masterKey, 'events') }),
    customer: createCustomers({ database }),
    timeline: timeline.ofPerson,
    habits: { channels: timeline.channels, lastRead: timeline.lastRead },
    customers: {
      ...createCustomerList({ database, runtime }),
      logContact: createContacts({ database, runtime, touchLog }),
      ...createTicketHandOver({ database, runtime, touchLog }),
    },
    openTicket: (tx, ticket) => openTicket(tx, writing, ticket),
    confirmTickets: async (tx, personId, guestId) => {
      await confirmTickets(tx, personId, guestId, instant(runtime.now()));
      if (guestId !== null && guestId !== personId) await keys.handOver(tx, guestId, personId);
    },
    ticketForMail: (ticketId) => ticketForMail(database.db, ticketId),
    personal: {
      kept: keptByBridge,
      files: filesToTake,
      forget: (tx, who) => forgetInBridge(tx, who, { keys, delivery }),
      touches: createOwnTouches({ reports: database.reports, keys }),
    },
    replyForMail: (messageId, to) => replyForMail(database.db, messageId, to),
    inquiries: {
      start: () => newInquiry(runtime),
      answered: async (viewer, inquiry, article) => {
        const personId = viewer.kind === 'person' ? viewer.personId : null;
        await database.transaction(async (tx) => {
          await touchLog.recordIn(tx, {
            type: 'inquiry.answered',
            channel: 'web',
            direction: 'inbound',
            actor: customerActor(viewer),
            personId,
            inquiry,
            endsInquiry: 'answered',
            body: article ? { article: article.id, title: article.title } : {},
          });
        });
      },
      endSilent: () => endSilentInquiries(database.db, runtime),
    },
  };
}

async function confirmTickets(tx: Db, personId: string, guestId: string | null, at: string): Promise<void> {
  const owners = guestId === null ? [personId] : [personId, guestId];
  await tx
    .updateTable('ticket')
    .set((eb) => ({ personId, confirmedAt: eb.fn.coalesce('confirmedAt', eb.val(at)) }))
    .where('personId', 'in', owners)
    .execute();
  if (guestId === null || guestId === personId) return;
  // What the guest wrote is now the person's.
  await tx.updateTable('message').set({ authorId: personId }).where('authorId', '=', guestId).execute();
  await tx.updateTable('inquiry').set({ personId }).where('personId', '=', guestId).execute();
}
