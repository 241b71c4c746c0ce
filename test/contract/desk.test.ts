import { desk } from '../../src/crm-bridge/index.ts';
import { testConnector } from './connector.ts';

// The desk's case is the ticket itself, which has one number for life.
testConnector('desk', async () => ({ connector: desk(), casesOf: async () => 1 }));
