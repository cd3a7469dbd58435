import { describe, expect, it } from 'vitest'
import { agentName } from '#components/profile/agent-name.ts'

describe('agentName', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1',
      'Chrome on iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
      'Browser on iPhone',
    ],
    ['Mozilla/5.0 (compatible; Inspector/2)', 'Mozilla/5.0 (compatible; Inspector/2)'],
    ['curl/8.9', 'curl/8.9'],
    ['', 'Unknown browser'],
    [undefined, 'Unknown browser'],
  ])('%s', (agent, name) => {
    expect(agentName(agent)).toBe(name)
  })

  it('cuts off what is too long', () => {
    expect(agentName('x'.repeat(300))).toHaveLength(60)
  })
})
