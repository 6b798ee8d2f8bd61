// Tool class: a class with a static `toolSpec` and a method `execute` (E13).

import { reasonOf } from '../../border/error'
import { ExportedValue, ExportedValues, isClass } from './exported-value'
import type { Place, Shape, ToolDraft } from './shape'
import { ShapeFault } from './shape-faults'
import { draftOfSpec } from './tool-spec'

export const toolClass: Shape = {
  id: 'E13',
  matches(value) {
    if (!value.isFunction) return false
    const spec = value.objectAt('toolSpec')
    // A function with a spec of its own is called itself: it is no class.
    return spec !== undefined && !spec.isFunction && (isConstructed(value) || value.isMethod('execute'))
  },
  read(value: ExportedValue, place: Place): ToolDraft {
    const owner = ownerOf(value)
    if (!owner.isMethod('execute'))
      throw new ShapeFault('has a toolSpec and nothing to call: give the class a method execute(params, context)')
    // `matches` has seen it.
    const spec = value.objectAt('toolSpec') as ExportedValue
    return draftOfSpec(spec, owner.get('execute'), owner.value, place)
  },
}

/** What has `execute`: one instance of the class, or the class itself where it is static. */
function ownerOf(value: ExportedValue): ExportedValue {
  const isStatic = value.isMethod('execute') && !hasMethod(value)
  return isConstructed(value) && !isStatic ? construct(value) : value
}

function isConstructed(value: ExportedValue): boolean {
  return isClass(value.value) || hasMethod(value)
}

function hasMethod(value: ExportedValue): boolean {
  return value.objectAt('prototype')?.isMethod('execute') === true
}

function construct({ value }: ExportedValue): ExportedValue {
  try {
    return new ExportedValue(new (value as new () => object)(), new ExportedValues())
  } catch (cause) {
    throw new ShapeFault(`is a class whose constructor failed, called without arguments: ${reasonOf(cause)}`, { cause })
  }
}
