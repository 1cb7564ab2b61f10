/** What a version is compared by: an integer as a number, an RFC 3339 time as a time, any other text by equality. */
type Order = { kind: 'integer' | 'time'; at: bigint } | { kind: 'text' };

const INTEGER = /^-?[0-9]{1,64}$/;
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const VERSION = /^[^\u0000-\u001f\u007f-\u009f]{1,200}$/u;

/** Whether a page that shows this version shows the wanted one, or a later one. Different kinds never do. */
export function isAtLeast(seen: string, wanted: string): boolean {
  const one = orderOf(seen);
  const other = orderOf(wanted);
  if (one.kind === 'text' || other.kind === 'text') {
    return one.kind === other.kind && seen === wanted;
  }
  return one.kind === other.kind && one.at >= other.at;
}

/** The version in a job, as text. A version of the wrong form is no version: the job is served all the same. */
export function versionOf(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;

  return typeof text === 'string' && VERSION.test(text) ? text : null;
}

/** As it goes into a callback: an integer as a number, where a number can hold it. */
export function versionJson(version: string | null): string | number | null {
  const number = version !== null && INTEGER.test(version) ? Number(version) : NaN;
  return Number.isSafeInteger(number) ? number : version;
}

function orderOf(text: string): Order {
  if (INTEGER.test(text)) {
    return { kind: 'integer', at: BigInt(text) };
  }
  const at = nanoseconds(text);
  return at === null ? { kind: 'text' } : { kind: 'time', at };
}

/** Ns since 1970, or null where the text is no time (or only shaped like one: month 13). */
function nanoseconds(text: string): bigint | null {
  const match = RFC_3339.exec(text);
  if (!match) {
    return null;
  }
  const field = (index: number) => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [field(1), field(2), field(3), field(4), field(5), field(6)];
  const offset = field(9) * 60 + field(10);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || month < 1) {
    return null;
  }
  if (hour > 23 || minute > 59 || second > 59 || field(10) > 59 || offset > 18 * 60) {
    return null;
  }
  date.setUTCHours(hour, minute - (match[8] === '-' ? -offset : offset), second);
  return BigInt(date.getTime()) * 1_000_000n + BigInt((match[7] ?? '').padEnd(9, '0'));
}
