import './tables.ts';
import type { Authoring } from '../authoring/contract.ts';
import type { KbParts } from '../parts.ts';
import type { Search } from '../search/search.ts';
import { closeGaps } from './close.ts';
import { decideGaps } from './decide.ts';
import { listGaps } from './list.ts';

/** What customers asked in vain, until an article answers it. */
export function createGaps(
  parts: KbParts,
  neighbours: { search: Search; catchUp: () => Promise<void>; authoring: Authoring },
) {
  const { search, catchUp, authoring } = neighbours;
  return { list: listGaps(parts), ...decideGaps(parts, authoring, search), ...closeGaps(parts, search, catchUp) };
}
