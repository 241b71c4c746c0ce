const LONGEST = 500;
const NOWHERE = 'http://local.invalid';

/**
 * Where to go after signing in, if it is a path of this site; null for everything else. What a browser might read as
 * another host (`//host`, `/\host`, control characters, dots that fold into one of these) is not a path of ours.
 */
export function localPath(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST) return null;
  if (!/^\/(?![/\\])[\u0021-\u005b\u005d-\u007e]*$/.test(value)) return null;
  let url: URL;
  try {
    url = new URL(value, NOWHERE);
  } catch {
    return null;
  }
  if (url.origin !== NOWHERE || url.pathname.startsWith('//')) return null;
  return url.pathname + url.search + url.hash;
}
