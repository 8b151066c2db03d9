import { wordSet } from '../word-set';

/** A text in code, with the letters before its quote, as `f` in `f"…"`. */
export type CodeText = { readonly prefix: string; readonly text: string };

const texts = /([A-Za-z]{0,2})("(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/g;

/** The texts in quotes that stand in code. */
export function textsIn(code: string): readonly CodeText[] {
  return [...code.matchAll(texts)].map(([, prefix = '', quoted = '']) => ({ prefix, text: quoted.slice(1, -1) }));
}

/** Code with a sign, or what is made of it, for each text in quotes. */
export function withoutTexts(code: string, instead: string | ((text: CodeText) => string)): string {
  return code.replaceAll(texts, (_, prefix: string, quoted: string) =>
    typeof instead === 'string' ? instead : instead({ prefix, text: quoted.slice(1, -1) }),
  );
}

/** A name in code: whether it stands behind a dot, and whether it is called. */
export type CodeName = {
  readonly name: string;
  /** What stands before its dot; empty where that is no name, undefined where there is no dot. */
  readonly of: string | undefined;
  readonly isCalled: boolean;
  /** Whether something of it is named. */
  readonly isOpened: boolean;
};

/** The names in code without its texts, in order. */
export function namesIn(bare: string): readonly CodeName[] {
  return [...bare.matchAll(/(?<![\w$])[A-Za-z_$][\w$]*/g)].map(({ 0: name, index }) => {
    const before = bare.slice(Math.max(0, index - 100), index);
    const isBehindDot = /(?<!\.\.)\.\s*$/.test(before);
    const after = bare.slice(index + name.length, index + name.length + 20);
    return {
      name,
      of: isBehindDot ? (/([A-Za-z_$][\w$]*)\s*\??\.\s*$/.exec(before)?.[1] ?? '') : undefined,
      isCalled: /^\s*(?:\?\.)?\(/.test(after),
      isOpened: /^\s*\??\./.test(after),
    };
  });
}

/** What may be called in code that only computes and prints. */
export const callable = wordSet(
  'print log error info table dumps loads load stringify parse sqrt floor ceil round abs min max sum len str int float bool list dict set tuple',
  'sorted range repr type now toisostring map filter join split upper lower strip lstrip rstrip trim replace say puts echo keys values items entries get',
  'number string boolean array object tostring tofixed random utcnow today isoformat startswith endswith includes indexof slice sort reverse',
  'enumerate zip any all reduce find some every flat flatmap foreach count index format strftime fromentries isarray touppercase tolowercase',
  'padstart padend replaceall match test isinstance exit date append extend splitlines readlines read most_common counter defaultdict group groups length size',
  'if for while elif in and or not return print_r var_dump json_encode phpversion concat localecompare isnan parseint parsefloat isinteger repeat at has from',
);

/** Files of the project that hold data and no secrets. */
export const dataFile = /^(?:\.\/)?(?!.*(?:secret|credential|token|account|key))[\w-]+\.json$/i;
