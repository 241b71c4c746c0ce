import { networkOf, type Limits } from '../platform/limits/index.ts';
import type { Client } from './ports.ts';

/** At most `max` in `windowSeconds`. */
export interface Rate {
  max: number;
  windowSeconds: number;
}

export interface AccountRates {
  /** Tries to sign in to one account, whether it exists or not. */
  signInPerAccount: Rate;
  /** Tries to sign in from one client address. */
  signInPerClient: Rate;
  /** Mails asked for to one address: sign-up, link, new password. */
  mailPerAddress: Rate;
  /** Mails asked for from one client address. */
  mailPerClient: Rate;
  /** Enter links tried from one client address. */
  enterPerClient: Rate;
  /** Codes of a second step tried for one login. */
  codePerLogin: Rate;
  /** Codes tried after one right password. */
  codePerStep: Rate;
  /** Codes tried from one client address. */
  codePerClient: Rate;
}

const MINUTE = 60;
const HOUR = 3600;

export const defaultRates: AccountRates = {
  signInPerAccount: { max: 10, windowSeconds: MINUTE },
  signInPerClient: { max: 60, windowSeconds: MINUTE },
  mailPerAddress: { max: 5, windowSeconds: HOUR },
  mailPerClient: { max: 60, windowSeconds: HOUR },
  enterPerClient: { max: 60, windowSeconds: MINUTE },
  codePerLogin: { max: 10, windowSeconds: 15 * MINUTE },
  codePerStep: { max: 5, windowSeconds: HOUR },
  codePerClient: { max: 60, windowSeconds: MINUTE },
};

/** The limits of this room. Each takes from the address's and from the client's allowance, known or not. */
export function createGuards({ limits, rates }: { limits: Limits; rates: AccountRates }) {
  return {
    /** @throws Refusal `limited` */
    async signIn(email: string, client: Client): Promise<void> {
      await limits.take({ name: 'sign-in-client', who: networkOf(client.address), ...rates.signInPerClient });
      await limits.take({ name: 'sign-in-account', who: email, ...rates.signInPerAccount });
    },
    /** @throws Refusal `limited` */
    async mail(email: string, client: Client): Promise<void> {
      await limits.take({ name: 'mail-client', who: networkOf(client.address), ...rates.mailPerClient });
      await limits.take({ name: 'mail-address', who: email, ...rates.mailPerAddress });
    },
    /** @throws Refusal `limited` */
    async enter(client: Client): Promise<void> {
      await limits.take({ name: 'enter-client', who: networkOf(client.address), ...rates.enterPerClient });
    },
    /** @param who the address invited, or the invitation whose mail is sent again. @throws Refusal `limited` */
    async invitation(who: string): Promise<void> {
      await limits.take({ name: 'invitation', who, ...rates.mailPerAddress });
    },
    /** @param who the person who invites. @throws Refusal `limited` */
    async inviter(who: string): Promise<void> {
      await limits.take({ name: 'inviter', who, ...rates.mailPerClient });
    },
    /** @param about the login, and the second step on the way to a session, if it is one. @throws Refusal `limited` */
    async code(about: { loginId: string; step: string | null }, client: Client): Promise<void> {
      await limits.take({ name: 'code-client', who: networkOf(client.address), ...rates.codePerClient });
      if (about.step !== null) await limits.take({ name: 'code-step', who: about.step, ...rates.codePerStep });
      await limits.take({ name: 'code-login', who: about.loginId, ...rates.codePerLogin });
    },
  };
}

export type Guards = ReturnType<typeof createGuards>;
