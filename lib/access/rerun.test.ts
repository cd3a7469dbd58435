import { describe, expect, it } from 'vitest'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const staleFor = (runs: number) => {
  let run = 0
  return {
    runs: () => run,
    useCase: async () => {
      run += 1
      if (run <= runs) throw new StaleDecision('rights changed')
      return `run ${run}`
    },
  }
}

describe('rerunWhenStale', () => {
  it('runs once when nothing changed meanwhile', async () => {
    const { useCase, runs } = staleFor(0)
    expect(await rerunWhenStale(useCase)).toBe('run 1')
    expect(runs()).toBe(1)
  })

  it('decides anew when rights changed meanwhile', async () => {
    expect(await rerunWhenStale(staleFor(2).useCase)).toBe('run 3')
  })

  it('says when it runs again, since what was remembered was wrong', async () => {
    const said: boolean[] = []
    const { useCase } = staleFor(2)
    await rerunWhenStale((isRerun) => {
      said.push(isRerun)
      return useCase()
    })
    expect(said).toEqual([false, true, true])
  })

  it('gives up after the third time', async () => {
    const { useCase, runs } = staleFor(3)
    await expect(rerunWhenStale(useCase)).rejects.toMatchObject({ code: 'request.stale' })
    expect(runs()).toBe(3)
  })

  it('does not repeat a refusal', async () => {
    let runs = 0
    const refused = rerunWhenStale(async () => {
      runs += 1
      throw new PortalError('access.denied')
    })
    await expect(refused).rejects.toMatchObject({ code: 'access.denied' })
    expect(runs).toBe(1)
  })
})
