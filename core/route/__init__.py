"""Route plans: can a load be delivered on time, legally, and where to rest and buy fuel.

Pure decisions. Time, road, prices and hours are arguments; nothing here reads or waits. Distances
are statute miles, durations whole seconds, fuel US gallons, instants aware UTC.
"""
