import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLog, redactText, type LogLevel } from '../../../src/platform/log/index.ts';

function capture(level: LogLevel = 'trace', pretty = false) {
  const lines: string[] = [];
  const log = createLog({ level, pretty, destination: { write: (line) => void lines.push(line) } });
  return { log, lines, text: () => lines.join('') };
}

describe('a log line', () => {
  it('is one line of JSON with level, time, fields and message', () => {
    const { log, lines } = capture();
    log.child({ room: 'jobs' }).info({ count: 3 }, 'Claimed');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      room: 'jobs',
      count: 3,
      msg: 'Claimed',
    });
  });

  it('is not written below the level', () => {
    const { log, lines } = capture('warn');
    log.info('quiet');
    log.warn('heard');
    expect(lines).toHaveLength(1);
  });

  it('keeps line breaks of a message inside the one line, so that nobody forges an entry', () => {
    const { log, lines } = capture();
    log.info('first\n{"level":"fatal","msg":"forged"}');
    expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1);
  });

  it('writes the type, message and stack of an error', () => {
    const { log, text } = capture();
    log.error({ err: new TypeError('the disk is full') }, 'Failed');
    expect(JSON.parse(text())).toMatchObject({
      err: { type: 'TypeError', message: 'the disk is full', stack: expect.stringContaining('log.test.ts') },
    });
  });

  it('is readable for a person when asked to', () => {
    const { log, text } = capture('info', true);
    log.info({ route: '/[locale]', note: 'two words', password: 'hunter2' }, 'Answered');
    expect(text()).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} info {2}Answered route=\/\[locale\] note="two words" password=\[redacted\]\n$/,
    );
    log.error({ err: new Error('gone') }, 'Failed');
    expect(text()).toContain('Error: gone\n');
  });
});

describe('secrets and personal data', () => {
  const token = () => `${randomBytes(18).toString('base64url')}aZ9`;
  const canaries = {
    password: 'correct horse battery',
    token: token(),
    cookie: `sid=${token()}`,
    bearer: `wp_${token()}`,
    mail: 'mei.canary@kitewood.example',
    word: 'canarysearchword',
    path: token(),
    hex: randomBytes(20).toString('hex'),
    database: 'dbpassword-canary',
  };

  it('never reach a line, whichever way they come', () => {
    const { log, text } = capture();
    const error = Object.assign(new Error(`could not send to ${canaries.mail} with token=${canaries.token}`), {
      config: { headers: { Authorization: `Bearer ${canaries.bearer}`, 'Set-Cookie': [canaries.cookie] } },
    });
    log.info({ password: canaries.password, deep: [{ apiKey: canaries.token, newPassword: canaries.password }] }, 'a');
    log.info({ headers: { authorization: `Bearer ${canaries.bearer}`, cookie: canaries.cookie } }, 'b');
    log.error({ err: error }, `c ${canaries.mail} Bearer ${canaries.bearer}`);
    log.info({ url: `/en/search?q=${canaries.word}&token=${canaries.token}` }, `GET /en/search?q=${canaries.word}`);
    log.info({ path: `/en/confirm/${canaries.path}`, hex: canaries.hex }, `reply+${canaries.path}@mail.example`);
    log.child({ secret: { inner: canaries.token }, person: canaries.mail }).warn('d');
    log.info({ [canaries.mail]: 1 }, `postgres://waypost:${canaries.database}@db.example/waypost`);
    log.info(`mail=${encodeURIComponent(canaries.mail)} cookie: ${canaries.cookie}`);
    log.info({ key: canaries.token, access_key: canaries.password, sessionId: canaries.path }, 'e');
    for (const [name, value] of Object.entries(canaries)) expect(text(), name).not.toContain(value);
    expect(text()).not.toContain('mei.canary');
  });

  it('leave alone what is needed to understand a line', () => {
    for (const text of [
      '/en/articles/how-to-assemble-the-alder-chair-in-ten-minutes',
      '019a2c1e-0b7e-7d44-9f3e-1f6f0a3c5b7d',
      'createRequestFromNodeRequest',
      '2026-11-23T18:00:00.000Z',
      'Port 4321 on 127.0.0.1 is in use',
      'node:internal/process/task_queues:105:5',
    ]) {
      expect(redactText(text)).toBe(text);
    }
  });
});
