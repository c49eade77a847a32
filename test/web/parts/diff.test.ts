import { describe, expect, test } from 'vitest';
import { fileDiffs, filesIn } from '../../../src/web/parts/diff.ts';

const TEXT = `diff --git a/src/a.ts b/src/a.ts
index 1111111..2222222 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,3 @@
 one
-two
+++ two
 three
diff --git a/gone.ts b/gone.ts
deleted file mode 100644
index 1111111..0000000
--- a/gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/logo.png b/logo.png
index 1111111..2222222 100644
Binary files a/logo.png and b/logo.png differ
`;

describe('a diff', () => {
  test('is taken apart by files', () => {
    expect(filesIn(TEXT).map(({ path, added, removed }) => ({ path, added, removed }))).toEqual([
      { path: 'src/a.ts', added: 1, removed: 1 },
      { path: 'gone.ts', added: 0, removed: 1 },
      { path: 'logo.png', added: 0, removed: 0 },
    ]);
  });

  test('of nothing has no file', () => {
    expect(filesIn('')).toEqual([]);
    expect(filesIn('something else')).toEqual([]);
  });

  test('is text, whatever stands in it', async () => {
    const text = String(await fileDiffs(TEXT.replaceAll('two', '</pre><script>alert(1)</script>').replaceAll('gone', '"><img src=x>')));
    expect(text).not.toMatch(/<script|<img/);
    expect(text).toContain('&lt;script&gt;');
  });
});
