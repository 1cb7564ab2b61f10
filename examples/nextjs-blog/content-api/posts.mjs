import fs from 'node:fs';
import path from 'node:path';

const FIELDS = {
  title: isText(200),
  excerpt: isText(1_000, { empty: true }),
  body: isText(200_000, { empty: true }),
  category: isName,
  slug: isName,
  published: (value) => (typeof value === 'boolean' ? null : 'must be true or false'),
};

/** What the caller asked for cannot be done; `status` is the HTTP status that says so. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The posts, in memory and in one JSON file. Every change is on disk before it is answered. */
export function openPosts({ file, seedDirectory, now = () => new Date() }) {
  let posts = new Map();

  if (fs.existsSync(file)) {
    posts = new Map(JSON.parse(fs.readFileSync(file, 'utf8')).posts.map((post) => [post.slug, post]));
  } else {
    reset();
  }

  function reset() {
    replaceAll(new Map(readSeed(seedDirectory).map((post) => [post.slug, post])));
  }

  function replaceAll(changed) {
    writeAtomically(file, `${JSON.stringify({ posts: [...changed.values()] }, null, 2)}\n`);
    posts = changed;
  }

  function save(oldSlug, post) {
    const changed = new Map(posts);
    changed.delete(oldSlug);
    changed.set(post.slug, post);
    replaceAll(changed);
    return post;
  }

  function existing(slug) {
    const post = posts.get(slug);
    if (!post) throw new Refused(404, `There is no post "${slug}".`);
    return post;
  }

  function published() {
    return [...posts.values()]
      .filter((post) => post.published)
      .sort((a, b) => b.publishedAt.localeCompare(a.publishedAt) || a.slug.localeCompare(b.slug));
  }

  return {
    reset,

    list(category) {
      return published()
        .filter((post) => category === null || post.category === category)
        .map((post) => ({ ...post, body: undefined }));
    },

    get(slug) {
      const post = existing(slug);
      if (!post.published) throw new Refused(404, `The post "${slug}" is not published.`);
      return post;
    },

    categories() {
      const counts = new Map();
      for (const { category } of published()) counts.set(category, (counts.get(category) ?? 0) + 1);
      return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => a.name.localeCompare(b.name));
    },

    /** Creates or edits; a `slug` among the changes renames. */
    put(slug, changes) {
      check({ slug });
      check(changes);
      const before = posts.get(slug);
      if (!before && !(changes.title && changes.category)) {
        throw new Refused(400, 'A new post needs a "title" and a "category".');
      }
      const newSlug = changes.slug ?? slug;
      if (newSlug !== slug && posts.has(newSlug)) {
        throw new Refused(409, `There is a post "${newSlug}" already.`);
      }
      const at = now().toISOString();
      const post = {
        excerpt: '',
        body: '',
        published: true,
        publishedAt: null,
        ...before,
        ...changes,
        slug: newSlug,
        updatedAt: at,
        version: (before?.version ?? 0) + 1,
      };
      if (post.published) post.publishedAt ??= at;
      return save(slug, withReadingTime(post));
    },

    /** A small edit that a reader can see: a dated sentence at the end. */
    edit(slug) {
      const post = existing(slug);
      const at = now();
      const body = post.body.replace(/\n*\*Edited on [^\n]*\*\n*$/, '');
      return save(slug, {
        ...post,
        body: `${body.trimEnd()}\n\n*Edited on ${inWords(at)}.*\n`,
        updatedAt: at.toISOString(),
        version: post.version + 1,
      });
    },

    unpublish(slug) {
      const post = existing(slug);
      return save(slug, { ...post, published: false, updatedAt: now().toISOString(), version: post.version + 1 });
    },
  };
}

function check(changes) {
  for (const [field, value] of Object.entries(changes)) {
    const problem = Object.hasOwn(FIELDS, field)
      ? FIELDS[field](value)
      : `is not a field of a post; there are ${Object.keys(FIELDS).join(', ')}`;
    if (problem) throw new Refused(400, `"${field}" ${problem}.`);
  }
}

function isText(max, { empty = false } = {}) {
  return (value) => {
    if (typeof value !== 'string') return 'must be text';
    if (!empty && value.trim() === '') return 'must not be empty';
    return value.length > max ? `must not be longer than ${max} characters` : null;
  };
}

/** Slugs and categories become a part of an address, of a cache tag and of a marker. */
function isName(value) {
  return typeof value === 'string' && value.length <= 100 && /^[\p{L}\p{N}]+(?:[-_. ]?[\p{L}\p{N}]+)*$/u.test(value)
    ? null
    : 'must be letters and digits, joined by single "-", "_", "." or blanks, at most 100 characters';
}

function withReadingTime(post) {
  const words = post.body.split(/\s+/).filter(Boolean).length;
  return { ...post, readingMinutes: Math.max(1, Math.round(words / 220)) };
}

function inWords(date) {
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  return `${day} at ${date.toISOString().slice(11, 19)} UTC`;
}

function readSeed(directory) {
  return fs
    .readdirSync(directory)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => parseSeed(name, fs.readFileSync(path.join(directory, name), 'utf8')));
}

/** A seed file is a post: `key: value` lines between two lines of `---`, then the body in Markdown. */
function parseSeed(name, text) {
  const [, head, body] = /^---\n([\s\S]*?)\n---\n+([\s\S]*)$/.exec(text) ?? [];
  if (!head) throw new Error(`${name} has no head between two lines of ---.`);
  const fields = Object.fromEntries(head.split('\n').map((line) => line.split(/:\s+(.*)/s).slice(0, 2)));
  return withReadingTime({
    slug: name.replace(/\.md$/, ''),
    title: fields.title,
    excerpt: fields.excerpt,
    category: fields.category,
    body,
    published: true,
    publishedAt: fields.publishedAt,
    updatedAt: fields.updatedAt,
    version: Number(fields.version),
  });
}

/** A reader of the file sees the old posts or the new ones, also when the process dies midway. */
function writeAtomically(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = fs.openSync(temporary, 'w');
  try {
    fs.writeFileSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(temporary, file);
}
