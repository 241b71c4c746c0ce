import type { Log } from '../log/index.ts';

export type PartStatus = 'ok' | 'degraded' | 'down';

/** How one part is, with a sentence for whoever reads `/readyz`. Anyone may read it: no addresses, no names. */
export interface PartState {
  status: PartStatus;
  detail: string;
}

export type ProbeCheck = () => Promise<PartState>;

/**
 * Asks one part how it is. A probe that throws or takes too long counts as `down`. With `needed: false` customers can
 * be served without the part: `down` then only degrades the whole.
 */
export type Probe = ProbeCheck | { needed: boolean; check: ProbeCheck };

export interface Readiness {
  status: 'ready' | 'degraded' | 'down' | 'draining';
  parts: Record<string, PartState>;
}

/**
 * Whether customers can be served. Callers who come while it is being found out share the one answer, so that nobody
 * can make the parts busy by asking.
 */
export function readinessOf(
  probes: Readonly<Record<string, Probe>>,
  options: { log: Log; probeMs: number },
): () => Promise<Readiness> {
  let running: Promise<Readiness> | null = null;
  return () => (running ??= askAll(probes, options).finally(() => (running = null)));
}

async function askAll(
  probes: Readonly<Record<string, Probe>>,
  options: { log: Log; probeMs: number },
): Promise<Readiness> {
  const answers = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => {
      const { check, needed } = typeof probe === 'function' ? { check: probe, needed: true } : probe;
      return { name, needed, state: await ask(name, check, options) };
    }),
  );
  const unwell = answers.filter((answer) => answer.state.status !== 'ok');
  const down = unwell.some((answer) => answer.needed && answer.state.status === 'down');
  return {
    status: down ? 'down' : unwell.length > 0 ? 'degraded' : 'ready',
    parts: Object.fromEntries(answers.map(({ name, state }) => [name, state])),
  };
}

async function ask(name: string, check: ProbeCheck, options: { log: Log; probeMs: number }): Promise<PartState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PartState>((resolve) => {
    timer = setTimeout(
      () => resolve({ status: 'down', detail: `No answer within ${options.probeMs / 1000} s.` }),
      options.probeMs,
    );
  });
  try {
    const { status, detail } = await Promise.race([check(), late]);
    return { status, detail };
  } catch (error) {
    options.log.warn({ err: error, part: name }, 'A readiness check failed');
    return { status: 'down', detail: 'The check failed; the log says why.' };
  } finally {
    clearTimeout(timer);
  }
}
