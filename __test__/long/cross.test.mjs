// The addon of each Linux platform, as it is published: built on this machine and used by a Node of that platform.
import { test } from 'node:test'
import { TARGETS, cross, said } from '../../scripts/cross.mjs'
import { MissingTool } from '../../scripts/cross/tools.mjs'

for (const target of TARGETS) {
  test(`the addon for ${target} is built, installed from its tarballs, and runs`, async (t) => {
    try {
      t.diagnostic(said(target, await cross(target)))
    } catch (error) {
      // Where it is meant to run, nobody must believe that it did.
      if (!(error instanceof MissingTool) || process.env.CI) throw error
      t.skip(error.message)
    }
  })
}
