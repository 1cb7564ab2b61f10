export const site = {
  name: 'Late Edition',
  description: 'Notes on caching, publishing and the craft of software.',
  navigation: [
    { href: '/blog', label: 'All posts' },
    { href: '/category/caching', label: 'Caching' },
    { href: '/category/craft', label: 'Craft' },
    { href: '/category/publishing', label: 'Publishing' },
  ],
};
