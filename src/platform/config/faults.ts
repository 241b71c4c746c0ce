/** One thing in the configuration that cannot be taken as it is. */
export interface ConfigurationFault {
  /** The variable, or the place in the configuration file: `PORT`, `waypost.config.ts: brand.locales`. */
  where: string;
  /** What was expected and what came, in one sentence; never a secret. */
  message: string;
}

/** The configuration's faults, all of them at once, so that one start shows everything there is to mend. */
export class ConfigurationFaults extends Error {
  readonly code = 'configuration_faults';
  readonly faults: readonly ConfigurationFault[];

  constructor(faults: readonly ConfigurationFault[]) {
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    const lines = faults.map(({ where, message }) => `  ${where}: ${message}`);
    super([`The configuration has ${count}:`, ...lines].join('\n'));
    this.name = 'ConfigurationFaults';
    this.faults = faults;
  }
}
