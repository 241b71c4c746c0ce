import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long, the longest first: started last, one of them would keep a single worker busy alone. */
const slow = [
  ...['server/naughty', 'browser/axe', 'faults/killRun', 'gate/', 'cli/', 'browser/', 'faults/', 'accounts/'],
  ...['server/', 'kb/', 'contract/', 'platform/jobs/', 'platform/database/', 'app/', 'pages/'],
];

/** Runs the files that take longest first. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = slow.findIndex((start) => moduleId.includes(`/test/${start}`));
      return found === -1 ? slow.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
