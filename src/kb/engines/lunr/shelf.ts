import type { EngineHit, EngineQuestion, SearchDocument } from '../../engine.ts';
import { ask } from './ask.ts';
import { buildParts } from './buildPart.ts';
import { LivePart } from './livePart.ts';
import { mergeParts } from './mergeParts.ts';
import { slices } from './slices.ts';

/** A locale is kept in so many parts at most: each costs a question some time. */
const MOST_PARTS = 8;

/** All parts of all locales: where a document stands, changes, and parts joined when they grow many. */
export interface Shelf {
  search(question: EngineQuestion): EngineHit[];
  /** Takes documents in, or out; searches see all of it or nothing. One at a time. */
  index(documents: readonly SearchDocument[]): Promise<void>;
  remove(ids: readonly string[]): void;
  /** Joins small parts until there are few; changes may come meanwhile. @returns whether it joined any. */
  tidy(): Promise<boolean>;
  /** Documents of each locale. */
  counts(): Record<string, number>;
  /** The parts as they are now. */
  parts(): { locale: string; live: LivePart }[];
}

export function createShelf(saved: readonly { locale: string; live: LivePart }[]): Shelf {
  const locales = new Map<string, LivePart[]>();
  const places = new Map<string, { live: LivePart; document: number }>();

  function put(locale: string, live: LivePart): void {
    locales.set(locale, [...(locales.get(locale) ?? []), live]);
    for (const [document, id] of live.part.ids.entries()) {
      if (live.gone[document] === 0) places.set(id, { live, document });
    }
  }

  function forget(id: string): void {
    const place = places.get(id);
    place?.live.forget(place.document);
    places.delete(id);
  }

  async function join(locale: string, group: readonly LivePart[]): Promise<void> {
    const before = group.map(({ part, gone }) => ({ part, gone: gone.slice() }));
    const { part, numbers } = await mergeParts(before, slices());
    const joined = new LivePart(part);
    for (const [n, { gone }] of group.entries()) {
      // What changed while we joined is gone from here, too.
      for (const [document, number] of (numbers[n] as Int32Array).entries()) {
        if (number >= 0 && gone[document] !== 0) joined.forget(number);
      }
    }
    locales.set(
      locale,
      (locales.get(locale) ?? []).filter((live) => !group.includes(live)),
    );
    if (joined.live > 0) put(locale, joined);
  }

  for (const { locale, live } of saved) put(locale, live);
  return {
    search: (question) => ask(locales.get(question.locale) ?? [], question),

    async index(documents) {
      const latest = new Map(documents.map((document) => [document.id, document]));
      const made: [locale: string, live: LivePart][] = [];
      for (const [locale, own] of Map.groupBy(latest.values(), (document) => document.locale)) {
        for (const part of await buildParts(own, slices())) made.push([locale, new LivePart(part)]);
      }
      for (const id of latest.keys()) forget(id); // it may have changed its locale
      for (const [locale, live] of made) put(locale, live);
    },

    remove: (ids) => ids.forEach(forget),

    async tidy() {
      let joined = false;
      for (const locale of locales.keys()) {
        for (;;) {
          const group = worthJoining(locales.get(locale) ?? []);
          if (group.length === 0) break;
          await join(locale, group);
          joined = true;
        }
      }
      return joined;
    },

    counts: () =>
      Object.fromEntries([...locales].map(([locale, own]) => [locale, own.reduce((sum, { live }) => sum + live, 0)])),

    parts: () => [...locales].flatMap(([locale, own]) => own.map((live) => ({ locale, live }))),
  };
}

/**
 * Which parts to join: those of which most is gone, alone; else, when there are too many, the smallest ones, and larger
 * ones as long as they are at most twice what is being joined anyway. So each document is moved a few times only, however
 * many changes come.
 */
function worthJoining(parts: readonly LivePart[]): readonly LivePart[] {
  const hollow = parts.find(({ live, gone }) => live * 2 <= gone.length);
  if (hollow) return [hollow];
  if (parts.length <= MOST_PARTS) return [];
  const bySize = parts.toSorted((a, b) => a.live - b.live);
  const group = bySize.slice(0, 2);
  let size = group.reduce((sum, { live }) => sum + live, 0);
  for (const next of bySize.slice(2)) {
    if (next.live > 2 * size) break;
    group.push(next);
    size += next.live;
  }
  return group;
}
