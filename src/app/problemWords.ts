import { problemWordsIn, type ProblemWords } from '../platform/http/index.ts';
import { isMessageKey, type Translator } from '../platform/i18n/index.ts';

/** Problem details in the reader's language. */
export function problemWords(t: Translator): ProblemWords {
  return {
    ...problemWordsIn(t),
    fault: (fault) => {
      const label = `errors.label.${fault.field}`;
      return t.fault(fault, isMessageKey(label) ? t.t(label) : fault.field);
    },
  };
}
