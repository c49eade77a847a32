import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from '../src/log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void, level = 'info'): string {
  const lines = new PassThrough();
  write(createLog(level, lines));
  return String(lines.read() ?? '');
}

test.each(['authorization', 'token', 'secret', 'password', 'apiKey', 'privateKey', 'webhookSecret'])(
  'a field that is called %s is censored',
  (field) => {
    const text = logged((log) =>
      log.info(
        { [field]: 'hunter1', a: { [field]: 'hunter2', b: { [field]: 'hunter3' } }, request: { headers: { [field]: 'hunter4' } } },
        'said',
      ),
    );
    expect(text).not.toContain('hunter');
    expect(text.match(/\[secret\]/g)).toHaveLength(4);
    expect(text).toContain('"msg":"said"');
  },
);

test('other fields are not, and what is below the level is not written', () => {
  expect(logged((log) => log.info({ delivery: '1', state: 'handled' }, 'said'))).toMatch(/"delivery":"1","state":"handled","msg":"said"/);
  expect(logged((log) => log.info('said'), 'warn')).toBe('');
  expect(logged((log) => log.error('said'), 'silent')).toBe('');
});

test('the fields of an error are censored too', () => {
  const error = Object.assign(new Error('refused'), { token: 'hunter1', request: { authorization: 'hunter2' } });
  const text = logged((log) => log.error({ err: error }, 'failed'));
  expect(text).toContain('"message":"refused"');
  expect(text).not.toContain('hunter');
});
