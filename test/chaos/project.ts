/** A repository whose gates take no time: what is red and what is green is a word in a file. */
export const PROJECT: Readonly<Record<string, string>> = {
  'README.md': '# Notes\n\nOne file for each story.\n',
  'check.sh': 'if grep -rqx wrong notes 2>/dev/null; then grep -rnx wrong notes; exit 1; fi\necho all right\n',
  '.signalbox.yml':
    'profile: custom\ngates:\n  check:\n    run: sh check.sh\n    format: plain\n  style:\n    run: "true"\n    format: plain\n',
};
