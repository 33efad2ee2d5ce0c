"""A problem as a page."""
async def error_page(request, problem):
    return None
