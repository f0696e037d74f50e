//! Assembly: all that lives put together, the one table of routes, the layers around it, listening and stopping.
