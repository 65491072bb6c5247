/**
 * The names that Go 1.26 (Traefik 3.7's) takes in `\p{…}`, from its packages `unicode` and `regexp/syntax`.
 * Scripts whose name is of several words are missing on purpose: Go looks them up without the underscore and finds none.
 */
const CATEGORIES =
  'C Cc Cf Cn Co Cs L LC Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs'

const CATEGORY_ALIASES =
  'Cased_Letter=LC Close_Punctuation=Pe Combining_Mark=M Connector_Punctuation=Pc Control=Cc Currency_Symbol=Sc ' +
  'Dash_Punctuation=Pd Decimal_Number=Nd Enclosing_Mark=Me Final_Punctuation=Pf Format=Cf Initial_Punctuation=Pi ' +
  'Letter=L Letter_Number=Nl Line_Separator=Zl Lowercase_Letter=Ll Mark=M Math_Symbol=Sm Modifier_Letter=Lm ' +
  'Modifier_Symbol=Sk Nonspacing_Mark=Mn Number=N Open_Punctuation=Ps Other=C Other_Letter=Lo Other_Number=No ' +
  'Other_Punctuation=Po Other_Symbol=So Paragraph_Separator=Zp Private_Use=Co Punctuation=P Separator=Z ' +
  'Space_Separator=Zs Spacing_Mark=Mc Surrogate=Cs Symbol=S Titlecase_Letter=Lt Unassigned=Cn Uppercase_Letter=Lu ' +
  'cntrl=Cc digit=Nd punct=P'

const SCRIPTS =
  'Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid ' +
  'Carian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari Dogra Duployan ' +
  'Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han Hangul Hanunoo Hatran ' +
  'Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer Khojki Khudawadi Lao Latin Lepcha ' +
  'Limbu Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Medefaidrin Miao Modi Mongolian Mro ' +
  'Multani Myanmar Nabataean Nandinagari Newa Nko Nushu Ogham Oriya Osage Osmanya Palmyrene Phoenician Rejang Runic ' +
  'Samaritan Saurashtra Sharada Shavian Siddham Sinhala Sogdian Soyombo Sundanese Syriac Tagalog Tagbanwa Takri Tamil ' +
  'Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Yezidi Yi'

const fold = (name: string) => name.replace(/[-_ ]/g, '').toLowerCase()

const CLASSES: ReadonlyMap<string, string> = new Map([
  // re2js lacks `ASCII`; for a verdict any class will do.
  ['ascii', 'Any'] as const,
  ...['Any', 'Assigned', ...CATEGORIES.split(' '), ...SCRIPTS.split(' ')].map((name) => [fold(name), name] as const),
  ...CATEGORY_ALIASES.split(' ').map((alias) => {
    const [name = '', category = ''] = alias.split('=')
    return [fold(name), category] as const
  }),
])

/** The usual spelling of a Unicode class that Go knows, whatever its case, blanks, dashes and underscores. */
export const unicodeClass = (name: string): string | undefined => CLASSES.get(fold(name))
