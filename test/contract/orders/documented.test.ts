import { documentedSource } from './documentedSource.ts';
import { testOrderSource } from './orderSource.ts';

testOrderSource('printed in docs/plugins.md', documentedSource);
