import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core';
import { strings } from './strings';

// Warm stone for the walls, brass for what waits and what is chosen; green and red only for decisions.
const stone: MantineColorsTuple = [
  '#faf9f6',
  '#f3f1ec',
  '#e8e5dd',
  '#d9d4c9',
  '#bdb6a8',
  '#978f80',
  '#736c5f',
  '#575146',
  '#3b3730',
  '#211f1b',
];
const night: MantineColorsTuple = [
  '#ece8e1',
  '#cfc9be',
  '#a8a092',
  '#837b6e',
  '#4f4a42',
  '#3a3630',
  '#2b2824',
  '#201e1b',
  '#181715',
  '#100f0e',
];
const brass: MantineColorsTuple = [
  '#fbf3e2',
  '#f5e5c4',
  '#eccf94',
  '#e3b965',
  '#dba844',
  '#c48d28',
  '#a8741a',
  '#8a5c0e',
  '#754c08',
  '#543505',
];

/** The look: dense, calm, warm stone with brass; every colour that carries a meaning has a shape and a word beside it. */
export const theme = createTheme({
  colors: { gray: stone, dark: night, brass },
  primaryColor: 'brass',
  primaryShade: { light: 8, dark: 3 },
  // Dark letters on the light brass of the dark scheme; the library's own contrast looks at one scheme only.
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    const isBrass = input.variant === 'filled' && (input.color === undefined || input.color === 'brass');
    if (isBrass) return { ...colours, color: 'var(--gh-on-brass)' };
    if (input.variant !== 'filled' || (input.color !== 'red' && input.color !== 'green')) return colours;
    const name = input.color === 'red' ? '--gh-no-button' : '--gh-yes-button';
    return { ...colours, background: `var(${name})`, hover: `var(${name}-hover)`, color: `var(${name}-text)` };
  },
  components: {
    // What is not the main thing to do here.
    Button: { defaultProps: { variant: 'default', size: 'compact-sm' } },
    // It shows a sign only, and the library draws one in each toast.
    CloseButton: { defaultProps: { 'aria-label': strings.app.close } },
  },
  // No ring of the library's: the window has one for everything, see window.css.
  focusClassName: 'gatehouse-focus',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  headings: { fontWeight: '600' },
});

/**
 * The colours that the stylesheets use, by meaning, light and dark; each text on its ground has a contrast of 4.5 or more. The
 * series are the parts of charts, in their order; the last two are for all others and for what no agent is named for.
 */
const colours = {
  '--gh-rail': ['#e6e2d9', '#100f0e'],
  '--gh-list': ['#f3f1ec', '#181715'],
  '--gh-page': ['#fbfaf8', '#1f1d1a'],
  '--gh-raised': ['#ffffff', '#27241f'],
  '--gh-chosen': ['#ffffff', '#2d2a24'],
  '--gh-line': ['#ddd8ce', '#37332d'],
  '--gh-text': ['#211f1b', '#ece8e1'],
  '--gh-dim': ['#655e52', '#aaa294'],
  '--gh-on-brass': ['#ffffff', '#241a05'],
  '--gh-brass': ['#7c5108', '#e6ba66'],
  '--gh-brass-line': ['#c48d28', '#c48d28'],
  '--gh-brass-ground': ['#fbf1dc', '#372b14'],
  '--gh-yes': ['#1b6540', '#86d3a4'],
  '--gh-yes-ground': ['#e3f1e8', '#183022'],
  '--gh-yes-button': ['#1f6f47', '#7ccd9b'],
  '--gh-yes-button-hover': ['#185a39', '#93dbae'],
  '--gh-yes-button-text': ['#ffffff', '#0d2416'],
  '--gh-no': ['#a1281c', '#f49a8c'],
  '--gh-no-ground': ['#fae8e4', '#3b1d18'],
  '--gh-no-button': ['#a1281c', '#f08a7a'],
  '--gh-no-button-hover': ['#841f15', '#f5a396'],
  '--gh-no-button-text': ['#ffffff', '#33100a'],
  '--gh-chip': ['#8a1c5c', '#f5a3cf'],
  '--gh-chip-ground': ['#fbe4f0', '#43182f'],
  '--gh-focus': ['#1d5dbb', '#8fbaff'],
  '--gh-code-keyword': ['#7a3e9d', '#c9a2e8'],
  '--gh-code-string': ['#245e7c', '#8ec7e6'],
  '--gh-code-value': ['#7c5108', '#e6ba66'],
  '--gh-code-name': ['#1d5dbb', '#8fbaff'],
  '--gh-series-0': ['#a8741a', '#dba844'],
  '--gh-series-1': ['#3d6f92', '#7fb2d3'],
  '--gh-series-2': ['#6a8f45', '#a0c67e'],
  '--gh-series-3': ['#a4503a', '#dc8a6f'],
  '--gh-series-4': ['#77589b', '#b79bd6'],
  '--gh-series-5': ['#3f918b', '#7fcac3'],
  '--gh-series-6': ['#c07f93', '#e0b0bf'],
  '--gh-series-7': ['#87862f', '#c6c56f'],
  '--gh-series-8': ['#b3aca0', '#6f685d'],
  '--gh-series-9': ['#5a5347', '#a89f90'],
  '--mantine-color-body': ['#fbfaf8', '#1f1d1a'],
  '--mantine-color-text': ['#211f1b', '#ece8e1'],
  '--mantine-color-dimmed': ['#655e52', '#aaa294'],
  '--mantine-color-error': ['#a1281c', '#f49a8c'],
  '--mantine-color-placeholder': ['#736c5f', '#958d7f'],
} as const;

const ofScheme = (index: 0 | 1) =>
  Object.fromEntries(Object.entries(colours).map(([name, pair]) => [name, pair[index]]));

/** The colours as the library takes them. */
export const colourVariables: CSSVariablesResolver = () => ({ variables: {}, light: ofScheme(0), dark: ofScheme(1) });
