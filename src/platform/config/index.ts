export { ConfigurationFaults, type ConfigurationFault } from './faults.ts';
export { isLoopback, readEnvironment, type Environment, type EnvironmentVariables } from './environment.ts';
export { prepareDataFolder, type PreparedData } from './dataFolder.ts';
export { brandSchema, type Brand } from './brand.ts';
export { readConfiguration, type Configuration } from './configuration.ts';
