import next from 'eslint-config-next/core-web-vitals';
import typescript from 'eslint-config-next/typescript';
import { defineConfig, globalIgnores } from 'eslint/config';

export default defineConfig([
  ...next,
  ...typescript,
  {
    rules: {
      // Links are plain ones on purpose. The client-side router keeps pages it has seen for minutes, where no
      // revalidation reaches them; a reader would look at an old page that the server has long replaced.
      '@next/next/no-html-link-for-pages': 'off',
    },
  },
  globalIgnores(['.next/', '.next-test/', '.next-test-replicas/', 'next-env.d.ts']),
]);
