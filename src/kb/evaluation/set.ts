import { z } from 'zod';

const text = z.string().trim().min(1);

/** Articles, and what was asked of them: what `waypost search evaluate` reads. */
export const relevanceSet = z
  .object({
    articles: z.array(z.object({ id: text, locale: text, title: text, body: z.string() })).min(1),
    queries: z
      .array(
        z.object({
          /** Ends in `:typo` or `:short` for a question asked with a slip, or in keywords. */
          id: text,
          locale: text,
          text,
          /** Ids of the articles that answer it; none for a question that the articles do not answer. */
          relevant: z.array(text),
        }),
      )
      .min(1),
  })
  .superRefine(({ articles, queries }, { addIssue }) => {
    const ids = new Set(articles.map(({ id }) => id));
    if (ids.size < articles.length) addIssue({ code: 'custom', message: 'two articles have the same id' });
    for (const { id, relevant } of queries) {
      const unknown = relevant.find((article) => !ids.has(article));
      if (unknown)
        addIssue({ code: 'custom', message: `query “${id}” names an article “${unknown}” that is not there` });
    }
  });

export type RelevanceSet = z.output<typeof relevanceSet>;
export type RelevanceQuery = RelevanceSet['queries'][number];
