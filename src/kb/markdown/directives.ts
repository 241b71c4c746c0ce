import type { Element } from 'hast';
import type { Paragraph, Parent, PhrasingContent, Root, RootContent, Text } from 'mdast';
import type { ContainerDirective, LeafDirective, TextDirective } from 'mdast-util-directive';
import type { VFile } from 'vfile';
import { calloutIcons, isCalloutKind, type CalloutKind } from './calloutIcons.ts';
import type { MarkdownRemark } from './render.ts';

/**
 * Turns `:::note`, `:::caution` and `:::danger` into the look's callouts. Every other directive was meant as text, as in
 * `1:n` or `12:x`, and becomes what was typed; a container of an unknown kind stays as a note and is remarked upon.
 * No attribute of a directive reaches the page.
 */
export function callouts(remarks: MarkdownRemark[]) {
  return (tree: Root, file: VFile): void => restoreIn(tree, String(file), remarks);
}

function restoreIn(parent: Parent, source: string, remarks: MarkdownRemark[]): void {
  parent.children = parent.children.flatMap((child): RootContent[] => {
    if (child.type === 'textDirective') return asTyped(child, source);
    if (child.type === 'leafDirective') return [paragraph(asTyped(child, source))];
    if (child.type === 'containerDirective') dressCallout(child, remarks);
    if ('children' in child) restoreIn(child, source, remarks);
    return [child];
  });
}

/** The directive's own signs as text, and what stands between them as it is. */
function asTyped(directive: TextDirective | LeafDirective, source: string): PhrasingContent[] {
  const start = directive.position?.start.offset ?? 0;
  const end = directive.position?.end.offset ?? start;
  const first = directive.children[0]?.position?.start.offset;
  const last = directive.children.at(-1)?.position?.end.offset;
  if (first === undefined || last === undefined) return [text(source.slice(start, end))];
  return [text(source.slice(start, first)), ...directive.children, text(source.slice(last, end))];
}

function dressCallout(directive: ContainerDirective, remarks: MarkdownRemark[]): void {
  let kind: CalloutKind = 'note';
  if (isCalloutKind(directive.name)) kind = directive.name;
  else {
    const message = `There is no callout “${directive.name}”; use note, caution or danger.`;
    remarks.push({ line: directive.position?.start.line ?? 1, code: 'directive', message });
  }
  const label = directive.children.find((child) => child.type === 'paragraph' && child.data?.directiveLabel);
  if (label?.type === 'paragraph') label.children = [{ type: 'strong', children: label.children }];
  directive.attributes = {};
  directive.data = {
    hName: 'div',
    hProperties: { className: kind === 'note' ? ['callout'] : ['callout', `is-${kind}`], role: 'note' },
  };
  // The look's grid is icon and body; the icon is put in once there is HTML.
  directive.children = [{ type: 'blockquote', data: { hName: 'div' }, children: directive.children }];
}

/** Puts each callout's icon before its body. */
export function addCalloutIcon(element: Element): void {
  const classes = element.properties.className;
  if (!Array.isArray(classes) || !classes.includes('callout')) return;
  const kind: CalloutKind = classes.includes('is-caution')
    ? 'caution'
    : classes.includes('is-danger')
      ? 'danger'
      : 'note';
  element.children.unshift({
    type: 'element',
    tagName: 'svg',
    properties: { className: ['icon'], viewBox: '0 0 24 24', ariaHidden: 'true' },
    children: calloutIcons[kind].map((d) => ({ type: 'element', tagName: 'path', properties: { d }, children: [] })),
  });
}

function text(value: string): Text {
  return { type: 'text', value };
}

function paragraph(children: PhrasingContent[]): Paragraph {
  return { type: 'paragraph', children };
}
