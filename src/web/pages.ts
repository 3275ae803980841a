/** The pages that every other one leads to. */
export const PAGES = [
  { page: 'ask', path: '/', title: 'Ask', about: 'a question in a few words, such as cpu web01 last 1h' },
  { page: 'queries', path: '/queries', title: 'Queries', about: 'all that can be asked, with examples that work' },
  { page: 'alerts', path: '/alerts', title: 'Alerts', about: 'what fires, what fired, what was deployed' },
] as const;
