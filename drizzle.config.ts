import { defineConfig } from 'drizzle-kit';

// `npm exec drizzle-kit generate` writes the next migration from src/store/schema.ts.
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/store/schema.ts',
  out: './src/store/migrations',
  schemaFilter: ['signalbox'],
});
