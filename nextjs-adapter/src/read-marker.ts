/** An entry as a page shows it. */
export interface Marker {
  /** `type:slug` */
  readonly entry: string;
  readonly version: string;
}

/** What stands between these tags is text and no markup. */
const RAW = new Set(['script', 'style', 'textarea', 'title', 'xmp']);
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;
const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/**
 * Reads every `<meta name="content-version" content="type:slug@version">` of a page. A scanner and no parser: one pass,
 * whatever the page looks like.
 */
export function readMarkers(html: string): Marker[] {
  const markers: Marker[] = [];
  let at = html.indexOf('<');
  while (at !== -1) {
    let end: number;
    if (html.startsWith('<!--', at)) {
      end = after(html, '-->', at + 4);
    } else {
      const name = /^[A-Za-z][A-Za-z0-9-]*/.exec(html.slice(at + 1, at + 33))?.[0].toLowerCase();
      end = name === undefined ? at + 1 : tagEnd(html, at + 1);
      if (name === 'meta') {
        const marker = markerOf(html.slice(at + 5, end - 1));
        if (marker) {
          markers.push(marker);
        }
      } else if (name !== undefined && RAW.has(name)) {
        end = closing(html, name, end);
      }
    }
    at = html.indexOf('<', end);
  }
  return markers;
}

function markerOf(tag: string): Marker | null {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single, bare] of tag.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    if (!attributes.has(key)) {
      attributes.set(key, decodeEntities(double ?? single ?? bare ?? ''));
    }
  }
  if (attributes.get('name')?.trim().toLowerCase() !== 'content-version') {
    return null;
  }
  const content = (attributes.get('content') ?? '').trim();
  // A slug may hold an @; a version is what follows the last one.
  const split = content.lastIndexOf('@');
  return split > 0 && split < content.length - 1
    ? { entry: content.slice(0, split), version: content.slice(split + 1) }
    : null;
}

/** The index behind the tag's `>`; one that stands in quotes does not count. */
function tagEnd(html: string, from: number): number {
  let quote = '';
  for (let i = from; i < html.length; i++) {
    const char = html.charAt(i);
    if (quote) {
      quote = char === quote ? '' : quote;
    } else if (char === '>') {
      return i + 1;
    } else if ((char === '"' || char === "'") && /[=\s]/.test(html.charAt(i - 1))) {
      quote = char;
    }
  }
  return html.length;
}

function closing(html: string, name: string, from: number): number {
  for (let at = html.indexOf('</', from); at !== -1; at = html.indexOf('</', at + 2)) {
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) {
      return after(html, '>', at);
    }
  }
  return html.length;
}

function after(html: string, text: string, from: number): number {
  const at = html.indexOf(text, from);
  return at === -1 ? html.length : at + text.length;
}

function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) {
      return NAMED[name] ?? whole;
    }
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : parseInt(decimal, 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
