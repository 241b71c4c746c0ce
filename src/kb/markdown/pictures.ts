import type { Image, ImageReference, Paragraph, Parent, Root, RootContent } from 'mdast';
import type { MarkdownRemark } from './render.ts';

/** How large the pictures are that an article may show, in CSS pixels, by name. */
export type PictureSizes = ReadonlyMap<string, { width: number; height: number }>;

/** `../../images/torque.svg`: the file's name is the picture's. */
const pictureFile = /^(?:\.{1,2}\/)*\/?images\/([a-z0-9]+(?:[._-][a-z0-9]+)*\.(?:svg|png|jpe?g|webp|gif))$/;

/** Where a picture of an article is served, `/images/torque.svg`; null for what is no picture of ours. */
export function picturePath(url: string): string | null {
  const name = pictureFile.exec(url)?.[1];
  return name === undefined ? null : `/images/${name}`;
}

/** What the pictures of one article are settled with. */
export interface PictureSettling {
  sizes: PictureSizes;
  /** Takes the names of the pictures that are shown, or would be if they were there. */
  named: string[];
  remarks: MarkdownRemark[];
}

/**
 * Pictures get the address and the size under which they are shown, so that nothing shifts when they come; one that
 * stands alone becomes a figure, with its title as the caption. What is not there stays as its description.
 */
export function settlePictures(tree: Root, settling: PictureSettling): void {
  const definitions = new Map<string, { url: string; title: string | null }>();
  collectDefinitions(tree, definitions);
  settleIn(tree, settling, definitions);
}

type Definitions = Map<string, { url: string; title: string | null }>;

function collectDefinitions(parent: Parent, found: Definitions): void {
  for (const child of parent.children) {
    const { type } = child;
    // The first one of a name holds, as for links.
    if (type === 'definition' && !found.has(child.identifier))
      found.set(child.identifier, { url: child.url, title: child.title ?? null });
    if ('children' in child) collectDefinitions(child, found);
  }
}

function settleIn(parent: Parent, settling: PictureSettling, definitions: Definitions): void {
  parent.children = parent.children.map((child): RootContent => {
    if (child.type === 'image' || child.type === 'imageReference') return settled(child, settling, definitions).node;
    if (child.type === 'paragraph') {
      const only = child.children.length === 1 ? child.children[0] : undefined;
      if (only?.type === 'image' || only?.type === 'imageReference') return figure(child, only, settling, definitions);
    }
    if ('children' in child) settleIn(child, settling, definitions);
    return child;
  });
}

function figure(
  paragraph: Paragraph,
  picture: Image | ImageReference,
  settling: PictureSettling,
  definitions: Definitions,
): Paragraph {
  const { node, title } = settled(picture, settling, definitions);
  const children: Paragraph['children'] = [node];
  if (node.type === 'text') return { ...paragraph, children };
  if (title) {
    children.push({ type: 'emphasis', data: { hName: 'figcaption' }, children: [{ type: 'text', value: title }] });
  }
  return { ...paragraph, data: { hName: 'figure' }, children };
}

function settled(
  picture: Image | ImageReference,
  { sizes, named, remarks }: PictureSettling,
  definitions: Definitions,
): { node: Image | { type: 'text'; value: string }; title: string | null } {
  const line = picture.position?.start.line ?? 1;
  const remark = (code: MarkdownRemark['code'], message: string) => remarks.push({ line, code, message });
  const alt = (picture.alt ?? '').trim();
  const { url, title = null } =
    picture.type === 'image' ? picture : (definitions.get(picture.identifier) ?? { url: '' });
  const name = pictureFile.exec(url)?.[1];
  const size = name === undefined ? undefined : sizes.get(name);
  if (alt === '') remark('alt', 'The picture has no description; write between the brackets what it shows.');
  if (name === undefined)
    remark('foreign', `“${url}” is no picture of ours; put it into “images” and write ../../images/NAME.`);
  else named.push(name);
  if (name !== undefined && !size) remark('missing', `The picture “${name}” is not there.`);
  if (name === undefined || !size) return { node: { type: 'text', value: alt }, title };
  const hProperties = { width: size.width, height: size.height, loading: 'lazy', decoding: 'async' };
  const { position } = picture;
  const node: Image = { type: 'image', url: `/images/${name}`, title: null, alt, data: { hProperties } };
  return { node: position ? { ...node, position } : node, title };
}
