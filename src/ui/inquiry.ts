const SHAPE = /^[\w-]{22,64}$/;

/**
 * The inquiry that a request goes on with: the form's, the address's, or that of the page of ours it comes from. What is
 * none is left out without a word: nobody typed it.
 *
 * @param publicUrl the site's configured address; another site's Referer tells us nothing.
 */
export function inquiryOf(from: {
  sent?: string | undefined;
  url: URL;
  referer: string | null;
  publicUrl: string;
}): string | undefined {
  return [from.sent, from.url.searchParams.get('inquiry'), inquiryOfReferer(from.referer, from.publicUrl)].find(
    (value): value is string => typeof value === 'string' && SHAPE.test(value),
  );
}

/** A path of this site that goes on with an inquiry. */
export function withInquiry(path: string, inquiry: string | undefined): string {
  return inquiry === undefined ? path : withQuery(path, { inquiry });
}

/** A path with parameters added; empty ones are left out. */
export function withQuery(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const text = query.toString();
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

function inquiryOfReferer(referer: string | null, publicUrl: string): string | null {
  const from = referer !== null && URL.canParse(referer) ? new URL(referer) : null;
  return from?.origin === new URL(publicUrl).origin ? from.searchParams.get('inquiry') : null;
}
