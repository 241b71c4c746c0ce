import type { Authoring } from './contract.ts';
import { createArticles } from './creating.ts';
import { keepDrafts } from './drafts.ts';
import { setArticleFacts } from './facts.ts';
import { decideConflicts } from './fileConflicts.ts';
import type { AuthoringParts } from './held.ts';
import { keepHistory } from './history.ts';
import { listArticles } from './list.ts';
import { lookAround } from './looking.ts';
import { openArticles } from './opening.ts';
import { publishArticles } from './publishing.ts';
import { removeArticles } from './removing.ts';
import { takeSuggestions } from './suggesting.ts';

/** What colleagues do with articles. */
export function createAuthoring(parts: AuthoringParts): Authoring {
  return {
    ...listArticles(parts),
    ...createArticles(parts),
    ...openArticles(parts),
    ...keepDrafts(parts),
    ...publishArticles(parts),
    ...setArticleFacts(parts),
    ...removeArticles(parts),
    ...keepHistory(parts),
    ...lookAround(parts),
    ...takeSuggestions(parts),
    ...decideConflicts(parts),
  };
}
