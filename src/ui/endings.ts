import { isMessageKey, type Translator } from '../platform/i18n/index.ts';
import type { ProblemAnswer } from '../platform/http/index.ts';

/** What a page says where a path ends. */
export interface EndingWords {
  title: string;
  heading: string;
  text: string;
  /** The fault or the hurry is ours, so another try makes sense. */
  isOurs: boolean;
}

const UPLOAD_BYTES = 25 * 1024 * 1024;

/** The words for a refusal in the reader's language; without one, nothing is at the address. */
export function endingOf(tr: Translator, refusal: (ProblemAnswer & { email: string | null }) | undefined): EndingWords {
  const status = spokenStatus(refusal?.problem.status ?? 404);
  const seconds = refusal?.headers['retry-after'] ?? 5;
  const words = (part: 'title' | 'heading' | 'text'): string => {
    const key = `errors.${status}.${part}`;
    const params = { seconds, email: refusal?.email ?? '', size: tr.fileSize(UPLOAD_BYTES) };
    return isMessageKey(key) ? tr.t(key, params) : '';
  };
  return {
    title: words('title'),
    heading: words('heading'),
    text: refusal?.code === 'cross_origin' ? tr.t('errors.forged.text') : words('text'),
    isOurs: status === 500 || status === 503,
  };
}

/** The status whose words fit: several kinds of what we could not read, or that is not taken here, are one to a reader. */
function spokenStatus(status: number): number {
  if ([400, 403, 404, 409, 410, 413, 422, 429, 503].includes(status)) return status;
  if (status === 405) return 404;
  return status < 500 ? 400 : 500;
}
