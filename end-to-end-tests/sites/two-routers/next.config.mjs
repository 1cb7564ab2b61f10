import path from 'node:path';

// The packages of a version are installed once, beside the sites that are built with them.
const installed = path.dirname(import.meta.dirname);

export default {
  poweredByHeader: false,
  outputFileTracingRoot: installed,
  turbopack: { root: installed },
};
