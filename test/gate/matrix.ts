import type { TestPortal } from '../support/portal.ts';
import { snapshot } from '../support/snapshot.ts';
import { callsOf, type Call, type Outcome } from './calls.ts';
import { canaries, makeWorld, viewers, type ViewerName, type World } from './world.ts';

/** Statuses that say no for other reasons than the gate: what an unknown token, say, gets. */
const NOT_THE_GATE = new Set([410, 422]);

/**
 * Calls every route with every method and every viewer, and tells each difference from the table: another status, text
 * that this viewer must not see or is missing, a refused request that changed the database.
 */
export async function runMatrix(portal: TestPortal): Promise<string[]> {
  const world = await makeWorld(portal);
  return runCalls(world, viewers, (call, viewer) => call.expected[viewer]);
}

/** {@link runMatrix} in a world that is there already, for viewers of whom something else is expected. */
export async function runCalls(
  world: World,
  callers: readonly ViewerName[],
  /** Null: not called. */
  expectedOf: (call: Call, viewer: ViewerName) => Outcome | null,
): Promise<string[]> {
  const differences: string[] = [];
  // Signing out ends the sessions that the other calls need, so it comes last.
  for (const call of callsOf(world)) {
    for (const viewer of callers) {
      const expected = expectedOf(call, viewer);
      if (expected !== null) differences.push(...(await check(world, call, viewer, expected)));
    }
  }
  return differences;
}

async function check(world: World, call: Call, viewer: ViewerName, expected: Outcome): Promise<string[]> {
  const before = expected === 'ok' ? '' : await snapshot(world.portal);
  const { status, location, body } = await request(world, call, viewer);
  const outcome = outcomeOf(status, location);
  const where = `${call.method} ${call.path} as ${viewer}`;
  const differences: string[] = [];
  if (outcome !== expected) differences.push(`${where}: ${expected} expected, ${status} ${location ?? ''} came`);
  if (expected === 'ok' && call.shows !== undefined && !body.includes(call.shows))
    differences.push(`${where}: “${call.shows}” is missing`);
  if (expected !== 'ok') {
    for (const secret of [...Object.values(canaries), ...(call.shows === undefined ? [] : [call.shows])]) {
      if (body.includes(secret)) differences.push(`${where}: shows “${secret}”`);
    }
    if ((await snapshot(world.portal)) !== before) differences.push(`${where}: was refused and changed the database`);
  }
  if (!['agent', 'administrator'].includes(viewer) && body.includes(canaries.note))
    differences.push(`${where}: shows a staff note`);
  return differences;
}

async function request({ portal, headers }: World, call: Call, viewer: ViewerName) {
  const response = await fetch(portal.url + call.path, {
    method: call.method,
    redirect: 'manual',
    headers: {
      ...headers[viewer],
      'accept-encoding': 'identity',
      ...(call.method !== 'GET' && { origin: portal.url }),
      ...typeOf(call),
    },
    ...(call.method !== 'GET' && { body: bodyOf(call, viewer) }),
  });
  return { status: response.status, location: response.headers.get('location'), body: await response.text() };
}

/** A multipart body names its own type. */
function typeOf({ method, json, lines, file }: Call): Record<string, string> {
  if (method === 'GET' || file) return {};
  if (lines) return { 'content-type': 'application/x-ndjson' };
  return { 'content-type': json === undefined ? 'application/x-www-form-urlencoded' : 'application/json' };
}

function bodyOf({ form = {}, json, lines, file }: Call, viewer: ViewerName): string | FormData {
  if (lines) return lines.map((line) => JSON.stringify(line)).join('\n');
  if (json !== undefined) return JSON.stringify(json);
  const fields = typeof form === 'function' ? form(viewer) : form;
  if (!file) return new URLSearchParams(fields).toString();
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('files', new File(['a photo'], 'label.txt'));
  return body;
}

function outcomeOf(status: number, location: string | null): Outcome | 'other' {
  if (status === 401 || (status === 303 && /\/sign-in\?return_to=/.test(location ?? ''))) return 'sign_in';
  // Whoever lacks a second step that their role asks for is led to where it is set up.
  if (status === 403 || (status === 303 && /\/account\/security\?return_to=/.test(location ?? ''))) return 'forbidden';
  if (status === 404) return 'hidden';
  return status < 400 || NOT_THE_GATE.has(status) ? 'ok' : 'other';
}
