import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose files take long, the longest first: started last, one of them would keep a single worker busy alone. */
const slow = ['test/browser/', 'test/gate/', 'test/cli/', 'test/faults/', 'test/accounts/', 'test/server/'];

/** Runs the files that take longest first. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = slow.findIndex((folder) => moduleId.includes(folder));
      return found === -1 ? slow.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
