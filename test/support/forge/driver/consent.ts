/** Somebody at the forge's page, who says yes or no; the address that their browser is then led to. */
export async function consentTo(address: string, login: string, answer: 'yes' | 'no' = 'yes'): Promise<string> {
  const response = await fetch(address, { method: 'POST', body: new URLSearchParams({ login, answer }), redirect: 'manual' });
  const back = response.headers.get('location');
  if (back === null) throw new Error(`the forge leads nowhere, but answers ${response.status}: ${await response.text()}`);
  return back;
}
