import { connect, refusalCode } from './connection.ts';
import { namesOf } from './indexes.ts';
import { keyUid } from './keys.ts';
import { checkOptions, type MeilisearchOptions } from './options.ts';

/**
 * Takes the indexes of a prefix and the keys of their searches from the server, as after a trial.
 * @throws EngineUnavailable when the server cannot be reached or the options have faults.
 */
export async function forgetMeilisearch(options: MeilisearchOptions): Promise<void> {
  const result = checkOptions(options);
  if ('faults' in result) return;
  const admin = connect(result.checked);
  const names = namesOf(result.checked.prefix);
  try {
    for (const index of [names.open, names.staff]) {
      await admin.change([(client) => client.deleteIndex(index)]).catch(unlessUnknown);
      if (options.apiKey !== undefined)
        await admin.ask((client) => client.deleteKey(keyUid(index))).catch(unlessUnknown);
    }
  } finally {
    admin.close();
  }
}

function unlessUnknown(error: unknown): void {
  if (!['index_not_found', 'api_key_not_found'].includes(refusalCode(error) ?? '')) throw error;
}
