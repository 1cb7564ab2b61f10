const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** 24 November 2026 */
export function toDay(date: Date): string {
  return day.format(date);
}

/** 24 November 2026, 22:14:05 UTC */
export function toMoment(date: Date): string {
  return `${toDay(date)}, ${date.toISOString().slice(11, 19)} UTC`;
}

/** craft -> Craft */
export function toTitle(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll(/[-_]/g, ' ');
}

export function postPath(slug: string): string {
  return `/blog/${encodeURIComponent(slug)}`;
}

export function categoryPath(name: string): string {
  return `/category/${encodeURIComponent(name)}`;
}
