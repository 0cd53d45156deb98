/** What a person would call a device: the browser and the system out of what it says of itself. */

// In this order: each later one says the earlier ones' names too, or is said by them.
const BROWSERS: [RegExp, string][] = [
  [/MicroMessenger/, 'WeChat'],
  [/AlipayClient/, 'Alipay'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/HuaweiBrowser/, 'Huawei Browser'],
  [/MiuiBrowser/, 'Mi Browser'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'Mac'],
  [/Linux|X11/, 'Linux'],
]

const named = (said: string, names: [RegExp, string][]): string => names.find(([shape]) => shape.test(said))?.[1] ?? ''

/** `Chrome · Android`; what isn't recognised stays as it is, since an unknown device is what one looks for here. */
export const deviceName = (said: string): string => [named(said, BROWSERS), named(said, SYSTEMS)].filter(Boolean).join(' · ') || said
