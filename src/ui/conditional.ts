/** Whether a browser or a cache says that it has these very bytes (RFC 9110, If-None-Match). */
export function isKnown(request: Request, etag: string): boolean {
  const known = request.headers.get('if-none-match')?.split(',') ?? [];
  return known.some((one) => [etag, '*'].includes(one.trim().replace(/^W\//, '')));
}
