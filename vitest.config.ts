import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longestFirst.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: tests send signals, change the environment and end with real exit codes.
    pool: 'forks',
    // More than there are cores: many tests wait for other processes.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/support/globalSetup.ts'],
    reporters: ['default', './test/support/countReporter.ts'],
    allowOnly: false,
    restoreMocks: true,
    unstubEnvs: true,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
