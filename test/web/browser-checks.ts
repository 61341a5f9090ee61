import type { Page } from 'playwright-core'

/**
 * Texts that are too faint to read on what lies behind them: less than 4.5 to 1, or 3 to 1 where they are large
 * (WCAG 2.2, 1.4.3). Colours must be opaque.
 */
export async function findFaintTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${String(measureContrast)})()`)
}

/** How far the page is wider than the window, in CSS pixels. */
export async function measureOverflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** Runs in the page, so it names nothing from outside itself. */
function measureContrast(): string[] {
  type Part = {
    parentElement: Part | null
    textContent: string
    childNodes: Iterable<{ nodeType: number; data: string }>
  }
  type Style = { color: string; backgroundColor: string; fontSize: string; fontWeight: string }
  const world = globalThis as unknown as {
    document: { querySelectorAll(selector: string): Iterable<Part> }
    getComputedStyle(part: Part): Style
  }
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const behind = (part: Part | null): string => {
    if (part === null) return 'rgb(255, 255, 255)'
    const { backgroundColor } = world.getComputedStyle(part)
    return channels(backgroundColor)[3] === 0 ? behind(part.parentElement) : backgroundColor
  }
  const isFaint = (part: Part) => {
    const { color, fontSize, fontWeight } = world.getComputedStyle(part)
    const lights = [luminance(color), luminance(behind(part))].sort((one, other) => other - one)
    const ratio = ((lights[0] ?? 0) + 0.05) / ((lights[1] ?? 0) + 0.05)
    const size = Number.parseFloat(fontSize)
    return ratio < (size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5)
  }
  const hasText = (part: Part) =>
    [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
  const parts = [...world.document.querySelectorAll('body, body *')].filter(hasText)
  return ['checked ' + (parts.length > 0), ...parts.filter(isFaint).map((part) => part.textContent.trim())]
}
