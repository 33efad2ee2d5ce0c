"""Pages."""
from fastapi import APIRouter
def page_routes(agency: object) -> list[APIRouter]:
    return []
