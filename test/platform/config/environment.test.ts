import { describe, expect, it } from 'vitest';
import { ConfigurationFaults, readEnvironment, type EnvironmentVariables } from '../../../src/platform/config/index.ts';

const read = (env: EnvironmentVariables) => readEnvironment(env, '/srv/portal');

function faultsOf(env: EnvironmentVariables): ConfigurationFaults {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigurationFaults) return error;
    throw error;
  }
  throw new Error('There was no fault.');
}

describe('the environment', () => {
  it('needs nothing', () => {
    expect(read({})).toEqual({
      site: '/srv/portal',
      host: '127.0.0.1',
      port: 4321,
      publicUrl: 'http://127.0.0.1:4321',
      dataFolder: '/srv/portal/data',
      erasuresFile: '/srv/portal/data/erasures.ndjson',
      databaseUrl: 'sqlite:/srv/portal/data/waypost.db',
      meilisearch: null,
      trustedProxies: [],
      secret: null,
      smtpUrl: null,
      demo: false,
      demoPassword: null,
      logLevel: 'info',
    });
  });

  it('is read whole', () => {
    const secret = 'x'.repeat(32);
    expect(
      read({
        WAYPOST_SITE: 'sites/kitewood',
        HOST: '0.0.0.0',
        PORT: '80',
        PUBLIC_URL: 'https://help.kitewood.example/',
        WAYPOST_DATA: '/var/lib/waypost',
        DATABASE_URL: 'postgres://portal:pw@db.example/waypost',
        MEILI_URL: 'http://127.0.0.1:7700',
        MEILI_KEY: 'key',
        TRUSTED_PROXIES: '10.0.0.0/8, ::1,192.0.2.7',
        WAYPOST_SECRET: secret,
        SMTP_URL: 'smtps://user:pw@mail.example',
        WAYPOST_DEMO: '0',
        WAYPOST_DEMO_PASSWORD: 'long enough',
        LOG_LEVEL: 'debug',
      }),
    ).toEqual({
      site: '/srv/portal/sites/kitewood',
      host: '0.0.0.0',
      port: 80,
      publicUrl: 'https://help.kitewood.example',
      dataFolder: '/var/lib/waypost',
      erasuresFile: '/var/lib/waypost/erasures.ndjson',
      databaseUrl: 'postgres://portal:pw@db.example/waypost',
      meilisearch: { url: 'http://127.0.0.1:7700', key: 'key' },
      trustedProxies: ['10.0.0.0/8', '::1', '192.0.2.7'],
      secret,
      smtpUrl: 'smtps://user:pw@mail.example',
      demo: false,
      demoPassword: 'long enough',
      logLevel: 'debug',
    });
  });

  it('takes an empty variable as left out', () => {
    const names = ['HOST', 'PORT', 'PUBLIC_URL', 'DATABASE_URL', 'MEILI_URL', 'WAYPOST_SECRET', 'WAYPOST_DEMO'];
    expect(read(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(read({}));
  });

  it.each([
    [{ HOST: '::1', PORT: '8080' }, 'http://[::1]:8080'],
    [{ HOST: '0.0.0.0' }, 'http://localhost:4321'],
    [{ HOST: 'portal.lan', PORT: '80' }, 'http://portal.lan'],
  ])('derives the public address from %j', (env, publicUrl) => {
    expect(read(env).publicUrl).toBe(publicUrl);
  });

  it('takes a path of SQLite from where it was started', () => {
    expect(read({ DATABASE_URL: 'sqlite:../other.db' }).databaseUrl).toBe('sqlite:/srv/other.db');
    expect(read({ WAYPOST_DATA: 'd' }).databaseUrl).toBe('sqlite:/srv/portal/d/waypost.db');
  });

  it('names every fault at once: where, what was expected, what came', () => {
    const { faults, message } = faultsOf({
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'help.example',
      WAYPOST_DEMO: 'yes',
    });
    expect(faults.map(({ where }) => where).toSorted()).toEqual(['LOG_LEVEL', 'PORT', 'PUBLIC_URL', 'WAYPOST_DEMO']);
    expect(message).toContain('The configuration has 4 faults:');
    expect(message).toContain('PORT: expected a whole number from 0 to 65535; “eighty” came.');
  });

  it.each([
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['HOST', 'a b'],
    ['HOST', 'http://x'],
    ['PUBLIC_URL', 'https://help.example/help'],
    ['PUBLIC_URL', 'https://help.example?x'],
    ['PUBLIC_URL', 'https://me@help.example'],
    ['PUBLIC_URL', 'ftp://help.example'],
    ['DATABASE_URL', 'mysql://x/y'],
    ['DATABASE_URL', 'waypost.db'],
    ['DATABASE_URL', 'sqlite:'],
    ['DATABASE_URL', 'sqlite://x/y'],
    ['MEILI_URL', '127.0.0.1:7700'],
    ['MEILI_URL', 'http://key@127.0.0.1:7700'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', 'proxy.lan'],
    ['TRUSTED_PROXIES', '10.0.0.1/8/8'],
    ['WAYPOST_SECRET', 'short'],
    ['SMTP_URL', 'mail.example:25'],
    ['WAYPOST_DEMO_PASSWORD', 'short'],
    ['LOG_LEVEL', 'INFO'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value }).faults.map(({ where }) => where)).toEqual([name]);
  });

  it('never shows a secret again', () => {
    const canary = 'c4n4ry';
    const { message } = faultsOf({
      DATABASE_URL: `mysql://user:${canary}@db/x`,
      WAYPOST_SECRET: canary,
      SMTP_URL: `smpt://user:${canary}@mail.example`,
      WAYPOST_DEMO_PASSWORD: canary,
      PORT: 'x',
    });
    expect(message).not.toContain(canary);
  });

  it('needs a secret with PostgreSQL, and the address of Meilisearch with its key', () => {
    expect(
      faultsOf({ DATABASE_URL: 'postgres://db/waypost', MEILI_KEY: 'k' }).faults.map(({ where }) => where),
    ).toEqual(['WAYPOST_SECRET', 'MEILI_URL']);
  });

  it('refuses the demo beyond this machine', () => {
    for (const host of ['127.0.0.1', '127.8.8.8', '::1', 'localhost']) {
      expect(read({ WAYPOST_DEMO: '1', HOST: host }).demo).toBe(true);
    }
    for (const host of ['0.0.0.0', '::', '192.168.1.4', 'portal.lan', '127.evil.example']) {
      expect(faultsOf({ WAYPOST_DEMO: '1', HOST: host }).faults).toMatchObject([{ where: 'WAYPOST_DEMO' }]);
    }
  });
});
